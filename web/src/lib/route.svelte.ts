/** Where the page is, from what stands behind the # of its address: {@code #/deployments/ID}. */
export const VIEWS = ["fleet", "deployments", "flow", "artifacts", "history"] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  view: View;
  id: string;
}

export function parse(hash: string): Place {
  const [, view = "", id = ""] = hash.replace(/^#/, "").split("/");
  const known = VIEWS.find((one) => one === view);
  return { view: known ?? "fleet", id: known ? decoded(id) : "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export function link(view: View, id = ""): string {
  return `#/${view}${id === "" ? "" : `/${encodeURIComponent(id)}`}`;
}

class Route {
  place = $state.raw<Place>(parse(location.hash));

  constructor() {
    addEventListener("hashchange", () => (this.place = parse(location.hash)));
  }

  go(view: View, id = ""): void {
    location.hash = link(view, id);
  }
}

export const route = new Route();
