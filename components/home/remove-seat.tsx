"use client";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { Act, HomeGroup } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";

/** What is lost with the seat, and what would bring it back. */
function Loss({ group }: { readonly group: HomeGroup }) {
  const { quorum, backup, seatName, typeToRemove } = group;
  if (typeToRemove === undefined) {
    return <p>No key was made with this seat. What this browser holds of it is erased.</p>;
  }
  const spare = quorum.total - quorum.needed;
  return (
    <>
      <p>
        {seatName === undefined
          ? "This browser’s record of the group is erased: what it coordinates, and what it needs to go on with that."
          : `${seatName}’s share of the key is erased from this browser, with everything else of this seat.`}
      </p>
      <p>
        {
          {
            tested: "Its backup was tested: the seat can be restored from that file and its passphrase.",
            saved: "A backup was saved and never opened again: nobody knows whether it works.",
            none: "There is no backup: this cannot be undone by anybody.",
          }[backup]
        }
        {seatName !== undefined &&
          backup !== "tested" &&
          ` If ${spare === 0 ? "one share is" : `more than ${spare} of the ${quorum.total} shares are`} lost, the funds are gone.`}
      </p>
    </>
  );
}

/** Takes a seat out of this browser for good. A seat that may hold a share asks for the group's name first. */
export function RemoveSeat({ group, act }: { readonly group: HomeGroup; readonly act: Act }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const { id, name, typeToRemove: wanted } = group;
  const untyped = wanted !== undefined && typed.trim() !== wanted ? `Type ${wanted} to erase it.` : undefined;
  const close = (): void => {
    setOpen(false);
    setTyped("");
  };
  return (
    <>
      <Button
        size="small"
        look="quiet"
        icon={<Trash2 className="icon" />}
        label={`Remove ${name} from this browser`}
        onPress={() => setOpen(true)}
      >
        Remove
      </Button>
      <Dialog open={open} onClose={close} title={`Remove ${name} from this browser?`}>
        <div className="text-ink-2 stack tight">
          <Loss group={group} />
        </div>
        <div className="row">
          <Button look="main" onPress={close}>
            Keep it
          </Button>
        </div>
        {wanted !== undefined && (
          <Field label={`Type ${wanted} to erase it`} value={typed} onChange={setTyped} />
        )}
        <div className="row">
          <Button
            look="harm"
            why={untyped}
            onPress={() => {
              close();
              act({ do: "remove-seat", id, typed: typed.trim() });
            }}
          >
            Erase this seat
          </Button>
        </div>
      </Dialog>
    </>
  );
}
