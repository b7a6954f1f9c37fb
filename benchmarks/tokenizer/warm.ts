import type { Comparison, Contender } from "../harness.ts";
import type { Absence } from "../peers/load.ts";
import { type ContenderName, contenders, type EncodingName, type Ids, type Loaded } from "./contenders.ts";
import { type Corpus, shortStrings, utf8Length } from "./corpora.ts";
import { type WarmTask, warmTasks, warmTitle } from "./titles.ts";

/** A contender with the text as its own ids. */
interface Entrant {
  name: ContenderName;
  loaded: Loaded;
  ids: Ids;
}

/** What all do on one corpus, once they have been seen to give the same ids and the text back. */
export async function* warmComparisons(
  encoding: EncodingName,
  corpus: Corpus,
  text: string,
  names: readonly ContenderName[],
  absent: Absence[],
): AsyncGenerator<Comparison> {
  const strings = shortStrings(text, Math.min(1000, Math.ceil(text.length / 400)));
  const entrants = await enter(encoding, corpus, text, strings, names, absent);
  for (const task of warmTasks) {
    const amount = task.includes("200")
      ? strings.reduce((sum, one) => sum + utf8Length(one), 0)
      : utf8Length(text);
    yield {
      title: warmTitle(task, encoding, corpus),
      work: { amount, unit: "B" },
      contenders: entrants.map((entrant) => contender(task, entrant, text, strings)),
      verify() {
        // `enter` has: who is here agrees with the others.
      },
    };
  }
}

async function enter(
  encoding: EncodingName,
  corpus: Corpus,
  text: string,
  strings: readonly string[],
  names: readonly ContenderName[],
  absent: Absence[],
): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  // The one whose ids are right by definition is the first to encode.
  const ordered = [...names].sort((a, b) => Number(b === "tiktoken") - Number(a === "tiktoken"));
  for (const name of ordered) {
    try {
      const loaded = await contenders[name].load(encoding);
      const entrant = { name, loaded, ids: loaded.encode(text) };
      verify(entrant, entrants[0], text, strings);
      entrants.push(entrant);
    } catch (error) {
      absent.push({ peer: name, reason: `${encoding}, ${corpus}: ${String(error)}` });
    }
  }
  return entrants.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

/** @throws Error where ids, counts or the text that they decode to differ */
function verify(
  { loaded, ids }: Entrant,
  first: Entrant | undefined,
  text: string,
  strings: readonly string[],
): void {
  if (loaded.decode(ids) !== text) throw new Error("its ids do not decode to the text");
  if (loaded.count(text) !== ids.length) throw new Error("its count is not the number of its ids");
  if (!first) return;
  const at = difference(ids, first.ids);
  if (at >= 0) throw new Error(`id ${at} is ${ids[at]}, and that of ${first.name} ${first.ids[at]}`);
  for (const string of strings) {
    const wanted = first.loaded.encode(string);
    const own = loaded.encode(string);
    if (difference(own, wanted) >= 0 || loaded.count(string) !== wanted.length)
      throw new Error(`another encoding of ${JSON.stringify(string)} than ${first.name}'s`);
  }
}

/** Where the first difference is, or −1. */
function difference(a: Ids, b: Ids): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return -1;
}

function contender(
  task: WarmTask,
  { name, loaded, ids }: Entrant,
  text: string,
  strings: readonly string[],
): Contender {
  const { encode, count, decode } = loaded;
  const run = {
    encode: () => encode(text),
    "encode 200-character strings"() {
      for (const string of strings) encode(string);
    },
    "count 200-character strings"() {
      for (const string of strings) count(string);
    },
    decode: () => decode(ids),
  }[task];
  return { name, run, role: contenders[name].role };
}
