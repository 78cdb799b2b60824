import { Equal, EqualNot } from "lucide-react";
import type { OperationBody, RawLine, RequestView } from "../../lib/runtime/views/index.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Hex, Words } from "../ui/marks.tsx";
import { Facts } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { Diagram } from "./diagram.tsx";

function Body({ body }: { readonly body: OperationBody }) {
  switch (body.shape) {
    case "messages":
      return (
        <div className="panel-body stack">
          {body.messages.map((message, at) => (
            <figure key={message.hash} className="stack tight">
              {body.messages.length > 1 && (
                <figcaption className="help">
                  Message {at + 1} of {body.messages.length}
                </figcaption>
              )}
              <blockquote className="raw text-ink! text-lg!">{message.text}</blockquote>
              <p className="help">
                Signed as <Hex value={message.hash.slice(0, 16)} />, under the label{" "}
                <span className="mono">{body.tag}</span>: it can never be a payment.
              </p>
            </figure>
          ))}
        </div>
      );
    case "facts":
      return (
        <div className="panel-body">
          <Facts
            rows={body.facts.map(({ label, value }) => [label, <Words key={label} of={value} />] as const)}
          />
        </div>
      );
    case "several":
      return (
        <ol>
          {body.parts.map((part, at) => (
            <li key={at}>
              <p className="panel-body wrap-anywhere">
                <b>
                  {at + 1}. {part.title}:
                </b>{" "}
                <Words of={part.sentence} />
              </p>
              <Body body={part.body} />
            </li>
          ))}
        </ol>
      );
    case "transaction":
      return <Diagram body={body} />;
  }
}

function Same({ line }: { readonly line: RawLine }) {
  if (line.same === undefined) return null;
  return (
    <span className="block break-words [&_.state]:whitespace-normal">
      {line.same ? (
        <State tone="go" icon={Equal}>
          Same as the coordinator’s
        </State>
      ) : (
        <State tone="stop" icon={EqualNot}>
          Differs from the coordinator’s
        </State>
      )}
    </span>
  );
}

function nameOf(body: OperationBody): string {
  switch (body.shape) {
    case "messages":
      return body.messages.length > 1 ? "Messages" : "Message";
    case "transaction":
      return "Transaction";
    case "facts":
      return "Action";
    case "several":
      return "Operations";
  }
}

/** The content decoded for reading, and the raw bytes for a check with other tools. */
export function Content({ request }: { readonly request: RequestView }) {
  const compared = request.raw.filter(({ same }) => same !== undefined);
  const differ = compared.some(({ same }) => same === false);
  const name = nameOf(request.body);
  return (
    <Tabs
      label="How to read this request"
      side={
        compared.length === 0 ? undefined : differ ? (
          <State tone="stop" icon={EqualNot}>
            Differs from the coordinator’s
          </State>
        ) : (
          <State tone="go" icon={Equal}>
            Rebuilt here, same as the coordinator’s
          </State>
        )
      }
      tabs={[
        { id: "read", label: name, content: <Body body={request.body} /> },
        {
          id: "raw",
          label: "Raw",
          content: (
            <div className="panel-body stack">
              <Facts
                rows={[
                  ...request.raw.map(
                    (line) =>
                      [
                        line.label,
                        <span key={line.label}>
                          <Hex value={line.hex} size={8} />
                          <Same line={line} />
                        </span>,
                      ] as const,
                  ),
                  ["Request", <Hex key="digest" value={request.digest} size={8} />],
                ]}
              />
              <div className="row">
                <CopyButton
                  text={[
                    ...request.raw.map(({ label, hex }) => `${label} ${hex}`),
                    `Request ${request.digest}`,
                  ].join("\n")}
                  size="small"
                >
                  Copy all
                </CopyButton>
              </div>
            </div>
          ),
        },
      ]}
    />
  );
}
