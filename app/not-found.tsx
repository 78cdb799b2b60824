import { PlainScreen } from "../components/frame/plain-screen.tsx";

export default function NotFound() {
  return (
    <PlainScreen
      title="There is no page here"
      actions={
        <>
          <a className="button main big" href="/">
            Go to the start page
          </a>
          <a className="button big" href="/signer">
            Join with a link
          </a>
        </>
      }
    >
      <p className="text-lg">
        The address may be cut short, or the page moved. Nothing is lost: your groups are stored in this
        browser.
      </p>
    </PlainScreen>
  );
}
