import { DTypeError, RangeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkText } from "../checks.js";
import { encodingForModel } from "../encodings/models.js";

/** A message as OpenAI's chat completions take it. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | null | readonly TextPart[] | undefined;
  readonly name?: string | undefined;
}

/** A part of a message's content. Other types of parts (images, sound) have no published count. */
export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

export interface ChatOptions {
  /** The model that the messages are for: `"gpt-4o"`. Default: one that takes the tokenizer's encoding, and 3 ids a message. */
  readonly model?: string | undefined;
}

/** Ids a message costs besides its own, and a name besides its own. */
interface Overhead {
  readonly message: number;
  readonly name: number;
}

const usual: Overhead = { message: 3, name: 1 };
/** A name replaces the role there. */
const first: Overhead = { message: 4, name: -1 };
/** What primes the reply: `<|start|>assistant<|message|>`. */
const reply = 3;

const known: ReadonlySet<string> = new Set(["role", "content", "name"]);

/**
 * The ids that messages take of a model's context, by the rule that OpenAI published: 3 a message, the ids of each of its
 * fields, 1 a name, and 3 for the reply. What a message says is text, whatever it looks like: no control tokens.
 *
 * @param encoding the tokenizer's name
 * @param count the ids of a text, which is text only
 * @throws UnsupportedError where the rule does not hold: another format, tools, content that is not text
 * @throws DTypeError, RangeError where a message is none, or the model has another encoding
 * @see https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb
 */
export function countChat(
  messages: readonly ChatMessage[],
  { model }: ChatOptions,
  encoding: string | undefined,
  count: (text: string) => number,
): number {
  const wanted = model === undefined ? encoding : encodingForModel(model);
  if (encoding !== undefined && wanted !== encoding) {
    throw new RangeError("model", `a model of the encoding ${encoding}`, `${model}, which has ${wanted}`);
  }
  if (wanted !== "cl100k_base" && wanted !== "o200k_base") {
    throw new UnsupportedError(
      "encoding",
      "cl100k_base or o200k_base, whose chats have a published count",
      wanted,
    );
  }
  if (!Array.isArray(messages)) throw new DTypeError("messages", "an array of messages", messages);
  const overhead = model === "gpt-3.5-turbo-0301" ? first : usual;
  let total = reply;
  messages.forEach((message: ChatMessage, index) => {
    const argument = `messages[${index}]`;
    checkMessage(argument, message);
    total +=
      overhead.message + count(message.role) + countContent(`${argument}.content`, message.content, count);
    if (message.name !== undefined) total += overhead.name + count(message.name);
  });
  return total;
}

function checkMessage(argument: string, message: ChatMessage): void {
  if (typeof message !== "object" || message === null) throw new DTypeError(argument, "a message", message);
  checkText(`${argument}.role`, message.role);
  if (message.name !== undefined) checkText(`${argument}.name`, message.name);
  const other = Object.entries(message).find(
    ([key, value]) => value !== undefined && value !== null && !known.has(key),
  );
  if (other)
    throw new UnsupportedError(
      `${argument}.${other[0]}`,
      "role, content and name, which have a published count",
      other[1],
    );
}

function countContent(
  argument: string,
  content: ChatMessage["content"],
  count: (text: string) => number,
): number {
  if (content === undefined || content === null) return 0;
  if (typeof content === "string") return count(content);
  if (!Array.isArray(content)) throw new DTypeError(argument, "a string, or an array of parts", content);
  return content.reduce((total: number, part: TextPart, index) => {
    if (part?.type !== "text") throw new UnsupportedError(`${argument}[${index}].type`, '"text"', part?.type);
    checkText(`${argument}[${index}].text`, part.text);
    return total + count(part.text);
  }, 0);
}
