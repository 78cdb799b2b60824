import { RelayStatus } from "../components/relay-status.tsx";
import { buildHash } from "../components/build-hash.ts";

export default function Home() {
  return (
    <>
      <main>
        <h1>Hoarfrost</h1>
        <RelayStatus />
      </main>
      <footer>
        <small>build {buildHash}</small>
      </footer>
    </>
  );
}
