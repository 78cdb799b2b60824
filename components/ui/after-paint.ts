/** Runs `work` once the frame under way is painted; in a hidden window, once it is seen again. @returns cancels it */
export function afterPaint(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Runs `work` after what is drawn now: after the frame under way, or as the next task in a window that is hidden and paints none. @returns cancels it */
export function afterDrawing(work: () => void): () => void {
  const { port1, port2 } = new MessageChannel();
  const cancel = (): void => {
    cancelPaint();
    port1.close();
    document.removeEventListener("visibilitychange", look);
  };
  const run = (): void => {
    cancel();
    work();
  };
  // Not a timer: those of a hidden window are held back, in time to one a minute.
  const look = (): void => {
    if (document.visibilityState === "hidden") port2.postMessage(null);
  };
  const cancelPaint = afterPaint(run);
  port1.onmessage = run;
  document.addEventListener("visibilitychange", look);
  look();
  return cancel;
}
