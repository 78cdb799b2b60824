"use client";
import { memo } from "react";
import type { Act, StorageView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { byteSize } from "../ui/format.ts";
import { Note } from "../ui/note.tsx";

function why({ clearsAfterDays, canAsk }: StorageView): string {
  if (clearsAfterDays !== undefined)
    return `It clears data of pages not visited for ${clearsAfterDays} days.`;
  return canAsk
    ? "It has not promised to keep this page’s data when space runs low."
    : "It was asked, and does not promise to keep this page’s data when space runs low.";
}

/** Says when this browser may throw a share away, and what helps. Silent where storage is protected. */
export const StorageNotice = memo(function StorageNotice(props: {
  readonly storage: StorageView;
  readonly act: Act;
  /** Something else on the screen needs the person more. */
  readonly calm?: boolean;
}) {
  const { storage, act } = props;
  if (storage.state !== "may-be-cleared") return null;
  return (
    <Note
      tone={props.calm === true ? "info" : "sun"}
      title="This browser may clear your share"
      actions={
        storage.canAsk ? (
          <Button size="small" onPress={() => act({ do: "keep-storage" })}>
            Ask the browser to keep it
          </Button>
        ) : undefined
      }
    >
      <p>
        {why(storage)}{" "}
        {storage.canAsk
          ? "Ask it, or bookmark or install this page. A tested backup protects you in any case."
          : "Bookmark or install this page, then reload. A tested backup protects you in any case."}
      </p>
      {storage.freeBytes !== undefined && storage.freeBytes < 50e6 && (
        <p>Only {byteSize(storage.freeBytes)} are left on this device.</p>
      )}
    </Note>
  );
});
