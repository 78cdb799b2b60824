export default function Home() {
  return (
    <main>
      <h1>Hoarfrost</h1>
    </main>
  );
}
