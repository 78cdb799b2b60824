import { clsx } from "clsx";
import { useId, type ReactNode } from "react";

/** A hairline and a heading. Panels are never put into panels. */
export function Panel(props: {
  readonly title?: ReactNode;
  readonly side?: ReactNode;
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section
      className={clsx("panel", props.className)}
      aria-labelledby={props.title === undefined ? undefined : id}
    >
      {props.title !== undefined && (
        <div className="panel-head">
          <h2 id={id}>{props.title}</h2>
          {typeof props.side === "string" ? (
            <span className="text-ink-3 text-sm">{props.side}</span>
          ) : (
            props.side
          )}
        </div>
      )}
      {props.flush === true ? props.children : <div className="panel-body">{props.children}</div>}
    </section>
  );
}

/** Label and value pairs. */
export function Facts(props: {
  readonly rows: readonly (readonly [string, ReactNode])[];
  readonly small?: boolean;
}) {
  return (
    <dl className={clsx("facts", props.small === true && "text-sm")}>
      {props.rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
