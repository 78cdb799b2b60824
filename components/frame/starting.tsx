"use client";
import { Skeleton } from "../ui/progress.tsx";
import { Title } from "./screen.tsx";

/** While this browser's storage is read. It takes the room of what comes, so nothing jumps. */
export function Starting() {
  return (
    <div className="page narrow">
      <Title place="starting">Opening your group</Title>
      <div className="panel">
        <div className="panel-body">
          <Skeleton label="Reading this browser’s storage" rows={4} />
        </div>
      </div>
    </div>
  );
}
