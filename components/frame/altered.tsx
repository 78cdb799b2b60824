import { Note } from "../ui/note.tsx";

/** Somebody between the members changes what they say. It cannot make a false key or signature; it can keep the group from one. */
export function Altered({ count }: { readonly count: number }) {
  return (
    <div className="page pb-0!">
      <Note tone="stop" title="Messages arrive changed: the relay may be altering them">
        <p>
          {count === 1 ? "One message" : `${count} messages`} did not carry the signature of the sender it
          names and {count === 1 ? "was" : "were"} thrown away. Nothing of it is used, so nothing false can be
          signed; the group may only not get further. Use another relay if it goes on.
        </p>
      </Note>
    </div>
  );
}
