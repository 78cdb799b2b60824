"use client";
import { FlaskConical, Radio, User, WifiOff } from "lucide-react";
import { memo } from "react";
import type { ChromeView, ConnectionView } from "../../lib/runtime/views/index.ts";
import { useNow } from "../ui/clock.tsx";
import { duration } from "../ui/format.ts";
import { Brand } from "./brand.tsx";
import { networkName } from "./network.ts";

function Down({ connection }: { readonly connection: ConnectionView }) {
  const now = useNow();
  const since = connection.since === undefined ? "" : `, ${duration(now - connection.since)}`;
  const words = connection.state === "connecting" ? "Connecting to the relay" : "Relay not reachable";
  return (
    <>
      <WifiOff className="icon text-sun" />
      <span className="text-sun font-medium">
        <span className="hidden md:inline">
          {words}
          {since}
        </span>
        <span className="md:hidden">Offline</span>
      </span>
    </>
  );
}

function Connection({ connection }: { readonly connection: ConnectionView }) {
  const { state, roundTripMs } = connection;
  if (state !== "connected") {
    return (
      <span>
        <Down connection={connection} />
      </span>
    );
  }
  return (
    <span className="max-lg:hidden!">
      <Radio className="icon" />
      Relay connected{roundTripMs === undefined ? "" : `, ${Math.round(roundTripMs)} ms`}
    </span>
  );
}

/** Where you are, how the relay does, and as whom. */
export const TopBar = memo(function TopBar(props: { readonly chrome: ChromeView; readonly home?: boolean }) {
  const { chrome, home } = props;
  const { group, connection, who } = chrome;
  return (
    <header className="bar">
      <Brand plain={group === undefined} />
      {group !== undefined && (
        <div className="where">
          <span>{group.name}</span>
          <span className="tag">
            <FlaskConical className="icon" />
            {networkName[group.network]}
          </span>
        </div>
      )}
      <div className="flex-1" />
      {home === true && (
        <nav aria-label="Site">
          <a href="/verify">Verify</a>
        </nav>
      )}
      <div className="meta">
        {connection !== undefined && <Connection connection={connection} />}
        {who !== undefined && (
          <span>
            <User className="icon" />
            <span className="max-sm:hidden">
              {who.name}
              {who.role === "coordinator" && who.name !== "Coordinator" ? ", coordinator" : ""}
            </span>
            <span className="spoken sm:hidden">{who.name}</span>
          </span>
        )}
      </div>
    </header>
  );
});
