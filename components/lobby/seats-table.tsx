"use client";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Lock,
  LogOut,
  Minus,
  TriangleAlert,
  Wifi,
  WifiOff,
  LoaderCircle,
} from "lucide-react";
import { memo } from "react";
import type { SeatView } from "../../lib/runtime/views/index.ts";
import { useNow } from "../ui/clock.tsx";
import { clockMinutes, duration } from "../ui/format.ts";
import { Hex } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

function Ago({ since }: { readonly since: number }) {
  return `seen ${duration(useNow() - since)} ago`;
}

function Now({ seat }: { readonly seat: SeatView }) {
  const at = seat.presenceAt;
  switch (seat.presence) {
    case "online":
      return (
        <>
          <State tone="go" icon={Wifi}>
            Online
          </State>
          {seat.roundTripMs !== undefined && <span className="sub">{Math.round(seat.roundTripMs)} ms</span>}
        </>
      );
    case "away":
      return (
        <>
          <State tone="wait" icon={WifiOff}>
            Away
          </State>
          {at !== undefined && (
            <span className="sub">
              <Ago since={at} />
            </span>
          )}
        </>
      );
    case "joining":
      return (
        <State tone="act" icon={LoaderCircle}>
          Joining
        </State>
      );
    case "left":
      return (
        <State tone="stop" icon={LogOut}>
          Left
        </State>
      );
    case "not-joined":
      return (
        <>
          <State tone="wait" icon={CircleDashed}>
            Not joined
          </State>
          {at !== undefined && <span className="sub">Invited {clockMinutes(at)}</span>}
        </>
      );
  }
}

const notYet = (
  <State tone="wait" icon={Minus}>
    Not yet
  </State>
);

function Settings({ seat }: { readonly seat: SeatView }) {
  switch (seat.settings) {
    case "approved":
      return (
        <>
          <State tone="go" icon={CircleCheck}>
            Approved
          </State>
          {seat.settingsAt !== undefined && <span className="sub">{clockMinutes(seat.settingsAt)}</span>}
        </>
      );
    case "refused":
      return (
        <State tone="stop" icon={Ban}>
          Refused
        </State>
      );
    case "not-yet":
      return notYet;
  }
}

function Storage({ seat }: { readonly seat: SeatView }) {
  switch (seat.storage) {
    case "protected":
      return (
        <State tone="go" icon={Lock}>
          Protected
        </State>
      );
    case "may-be-cleared":
      return (
        <State tone="wait" icon={TriangleAlert}>
          May be cleared
        </State>
      );
    case "unknown":
      return notYet;
  }
}

function Backup({ seat }: { readonly seat: SeatView }) {
  switch (seat.backup) {
    case "tested":
      return (
        <State tone="go" icon={CircleCheck}>
          Tested
        </State>
      );
    case "saved":
      return (
        <State tone="wait" icon={TriangleAlert}>
          Not tested
        </State>
      );
    case "none":
      return (
        <State tone="wait" icon={CircleX}>
          None
        </State>
      );
    case "after-key":
      return (
        <State tone="wait" icon={Minus}>
          After the key
        </State>
      );
  }
}

const Seat = memo(function Seat({ seat }: { readonly seat: SeatView }) {
  return (
    <tr className={seat.awaited ? "need" : seat.you ? "you" : undefined}>
      <th scope="row">
        <span className="wrap-anywhere">{seat.name}</span>
        {seat.you && <span className="text-ink-3 font-normal"> you</span>}
        <span className="sub">
          Seat {seat.seat}
          {seat.weight > 1 && `, ${seat.weight} keys`}
        </span>
        {seat.version !== undefined && (
          <span className="sub whitespace-nowrap">
            Build <Hex value={seat.version.slice(0, 8)} />
            {!seat.versionMatches && <b className="text-stop"> differs</b>}
          </span>
        )}
      </th>
      <td data-label="Now">
        <span>
          <Now seat={seat} />
        </span>
      </td>
      <td data-label="Settings">
        <span>
          <Settings seat={seat} />
        </span>
      </td>
      <td data-label="Identity">
        {seat.identity === undefined ? (
          notYet
        ) : (
          <span>
            <Hex value={seat.identity.hex} spoken />
            <span className="sub">{seat.identity.words.join(", ")}</span>
          </span>
        )}
      </td>
      <td data-label="Storage">
        <Storage seat={seat} />
      </td>
      <td data-label="Backup">
        <Backup seat={seat} />
      </td>
    </tr>
  );
});

/** The same board for every member: who is here, with what identity, and what is still missing. */
export const SeatsTable = memo(function SeatsTable({
  seats,
  title = "Seats",
}: {
  readonly seats: readonly SeatView[];
  readonly title?: string;
}) {
  return (
    <Panel title={title} side="Every member sees this same board" flush>
      <table className="table cards seats">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Now</th>
            <th scope="col">Settings</th>
            <th scope="col">Identity</th>
            <th scope="col">Storage</th>
            <th scope="col">Backup</th>
          </tr>
        </thead>
        <tbody>
          {seats.map((seat) => (
            <Seat key={seat.seat} seat={seat} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
});
