import type { Metadata } from "next";
import { ExplorerPage } from "./explorer-page.tsx";

export const metadata: Metadata = { title: "Explorer · Hoarfrost" };

export default function Page() {
  return <ExplorerPage />;
}
