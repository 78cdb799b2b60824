import { Screen, Title } from "./screen.tsx";
import { LinkButton } from "../ui/button.tsx";

export function NotFoundScreen() {
  return (
    <Screen chrome={{}} home>
      <div className="page narrow">
        <Title
          place="not-found"
          sub={
            <p className="text-lg">
              The address may be cut short, or the page moved. Nothing is lost: your groups are stored in this
              browser.
            </p>
          }
        >
          There is no page here
        </Title>
        <div className="row">
          <LinkButton href="/" look="main" size="big">
            Go to the start page
          </LinkButton>
          <LinkButton href="/signer" size="big">
            Join with a link
          </LinkButton>
        </div>
      </div>
    </Screen>
  );
}
