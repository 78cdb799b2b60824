import { MonitorSmartphone } from "lucide-react";
import type { PegCommandAct, PegCoordinatorView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";

/** Another device of this coordinator works: what that means here, and the way back. */
export function Elsewhere({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  if (view.loop.state !== "elsewhere") return null;
  return (
    <Note
      tone="sun"
      title="Another device has taken over"
      actions={
        <Button
          icon={<MonitorSmartphone className="icon" />}
          busy={view.busy === "peg-take-over"}
          onPress={() => act({ do: "peg-take-over" })}
        >
          Take over here
        </Button>
      }
    >
      <p>
        The signers answer the device that took over last, so this one asks for nothing. Nothing is lost:
        requests are found again on both chains. Taking over here stops the other device.
      </p>
    </Note>
  );
}
