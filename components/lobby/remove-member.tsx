"use client";
import { UserMinus } from "lucide-react";
import { useState } from "react";
import type { Act } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** For a coordinator who finds the wrong person in a seat, before anything is made. */
export function RemoveMember({ names, act }: { readonly names: readonly string[]; readonly act: Act }) {
  const [open, setOpen] = useState(false);
  if (names.length === 0) return null;
  return (
    <>
      <Button look="quiet" onPress={() => setOpen(true)}>
        Remove somebody
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Remove whom?">
        <p className="text-ink-2">
          Whoever you remove cannot come back to this group with the same tab. The seat is free again, and
          once it is taken everybody is asked to approve anew.
        </p>
        <div className="row">
          <Button look="main" onPress={() => setOpen(false)}>
            Keep everybody
          </Button>
        </div>
        <ul className="stack tight">
          {names.map((name) => (
            <li key={name}>
              <Button
                look="harm"
                wide
                icon={<UserMinus className="icon" />}
                onPress={() => {
                  setOpen(false);
                  act({ do: "remove-member", name });
                }}
              >
                Remove {name}
              </Button>
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}
