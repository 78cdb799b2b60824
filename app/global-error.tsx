"use client";
import { PlainScreen } from "../components/frame/plain-screen.tsx";
import "./globals.css";

/** The last net: a fault in drawing. It shows no detail, because a detail could hold something private. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <PlainScreen
          title="Something went wrong that this page did not expect"
          actions={
            <>
              <button type="button" className="button main big" onClick={() => location.reload()}>
                Reload
              </button>
              <a className="button big" href="/">
                Go to the start page
              </a>
            </>
          }
        >
          <p className="text-lg">
            It is a fault of ours, not of a member. Nothing is sent before it is stored, so nothing is half
            done. Your share is still sealed in this browser.
          </p>
        </PlainScreen>
      </body>
    </html>
  );
}
