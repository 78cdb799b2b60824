import type { Metadata } from "next";
import { CoordinatorPage } from "./coordinator-page.tsx";

export const metadata: Metadata = { title: "Coordinator · Hoarfrost" };

export default function Page() {
  return <CoordinatorPage />;
}
