"use client";
import { clsx } from "clsx";
import { memo, Suspense, useState } from "react";
import { lazyScreen } from "../frame/lazy-screen.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

const QrCode = lazyScreen(() => import("./qr-code.tsx"));

/** A QR code with its place kept free while its code loads. `zoom` offers a larger one for a camera across the room. */
export const Qr = memo(function Qr(props: {
  readonly text: string;
  readonly title: string;
  readonly zoom?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const code = (large: boolean) => (
    <div className={clsx("qr", large && "large mx-auto")}>
      <Suspense fallback={<svg aria-hidden="true" />}>
        <QrCode text={props.text} title={props.title} />
      </Suspense>
    </div>
  );
  if (props.zoom !== true) return code(false);
  return (
    <div className="stack tight justify-items-center">
      {code(false)}
      <Button look="quiet" size="small" onPress={() => setOpen(true)}>
        Show larger
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={props.title}>
        {code(true)}
        <Button onPress={() => setOpen(false)}>Close</Button>
      </Dialog>
    </div>
  );
});
