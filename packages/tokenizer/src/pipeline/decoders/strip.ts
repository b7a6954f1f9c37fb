import { type DecoderStage, eachToken } from "./stage.js";

/** Takes up to `start` of a character off a token's beginning, and up to `stop` off its end. */
export function stripEach(content: string, start: number, stop: number): DecoderStage {
  return eachToken((token) => {
    const characters = [...token];
    let begin = 0;
    while (begin < start && begin < characters.length && characters[begin] === content) begin++;
    let end = characters.length;
    while (end > begin && characters.length - end < stop && characters[end - 1] === content) end--;
    return characters.slice(begin, end).join("");
  });
}

/** The same of a text that comes in parts: what may be its end is held back. */
export function stripText(content: string, start: number, stop: number): DecoderStage {
  let stripped = 0;
  let begun = false;
  let held = "";
  return {
    push(token, next) {
      let text = token;
      if (!begun) {
        while (stripped < start && text.startsWith(content)) {
          text = text.slice(content.length);
          stripped++;
        }
      }
      if (text === "") return;
      begun = true;
      text = held + text;
      let end = text.length;
      let count = 0;
      while (count < stop && text.slice(0, end).endsWith(content)) {
        end -= content.length;
        count++;
      }
      held = text.slice(end);
      if (end > 0) next(text.slice(0, end));
    },
    end() {
      stripped = 0;
      begun = false;
      held = "";
    },
  };
}
