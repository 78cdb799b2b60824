import { HomePage } from "./home-page.tsx";

export default function Page() {
  return <HomePage />;
}
