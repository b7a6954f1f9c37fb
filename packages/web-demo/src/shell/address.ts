import type { Address } from "./exhibit.js";
import { joinFragment, splitFragment } from "./urlState.js";

/** The address bar's fragment, as one exhibit sees it until it is left. */
export function addressOf(exhibit: string, left: AbortSignal): Address {
  return {
    read() {
      const fragment = splitFragment(location.hash);
      return fragment.exhibit === exhibit ? fragment.parameters : new URLSearchParams();
    },
    write(settings) {
      const fragment = joinFragment(exhibit, settings);
      if (!left.aborted && fragment !== location.hash) history.replaceState(null, "", fragment);
    },
    onChange(listener) {
      const changed = (): void => {
        // A fragment such as that of the skip link names no exhibit, and says nothing of its settings.
        if (splitFragment(location.hash).exhibit === exhibit) listener();
      };
      addEventListener("hashchange", changed, { signal: left });
    },
  };
}
