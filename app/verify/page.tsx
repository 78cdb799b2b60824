import type { Metadata } from "next";
import { VerifyPage } from "./verify-page.tsx";

export const metadata: Metadata = { title: "Verify · Hoarfrost" };

export default function Page() {
  return <VerifyPage />;
}
