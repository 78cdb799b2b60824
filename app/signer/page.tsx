import type { Metadata } from "next";
import { SignerPage } from "./signer-page.tsx";

export const metadata: Metadata = { title: "Signer · Hoarfrost" };

export default function Page() {
  return <SignerPage />;
}
