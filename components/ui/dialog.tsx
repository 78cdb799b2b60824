"use client";
import { useEffect, useId, useRef, type ReactNode } from "react";

/**
 * The browser's own modal dialog: it traps focus, makes the rest inert, closes on Escape and gives focus back.
 * It needs no style element at run time, which our content policy would refuse.
 */
export function Dialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  const { open } = props;
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.open === open) return;
    if (open) dialog.showModal();
    else dialog.close();
  }, [open]);
  return (
    <dialog ref={ref} className="dialog" aria-labelledby={id} onClose={props.onClose}>
      {open && (
        <div className="stack">
          <h2 id={id} className="text-xl">
            {props.title}
          </h2>
          {props.children}
        </div>
      )}
    </dialog>
  );
}
