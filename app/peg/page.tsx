import type { Metadata } from "next";
import { PegPage } from "./peg-page.tsx";

export const metadata: Metadata = { title: "Peg · Hoarfrost" };

export default function Page() {
  return <PegPage />;
}
