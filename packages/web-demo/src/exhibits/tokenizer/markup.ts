import { encodingIds, paces, policies, sampleIds, tokenizerIds, trainingSources } from "./catalogue.js";
import { limits, settingFields } from "./config.js";
import { fileFormats } from "./protocol.js";

const option = (value: string, label: string, selected: boolean): string =>
  `<option value="${value}"${selected ? " selected" : ""}>${label}</option>`;

const segments = (name: string, legend: string, values: readonly string[], chosen: string): string => `
        <fieldset class="segments" data-part="${name}">
          <legend>{{tokenizer.${legend}}}</legend>
          ${values.map((value) => `<label><input type="radio" name="${name}" value="${value}"${value === chosen ? " checked" : ""} /><span>{{tokenizer.${name}.${value}}}</span></label>`).join("")}
        </fieldset>`;

const words = ["bytes", "merges", "special", "honest"] as const;

/** The exhibit as HTML. What is seen is found by `data-part`. */
export function tokenizerMarkup(): string {
  const { encoding, policy, source, size, pace } = settingFields;
  return `
<article id="tokenizer" class="exhibit tokenizer" data-phase="idle">
  <header class="intro">
    <h1>{{tokenizer.heading}}</h1>
    <p class="lede">{{tokenizer.lede}}</p>
  </header>
  <section class="transport" aria-label="{{tokenizer.bar}}">
    <label class="encoding"><span class="visually-hidden">{{tokenizer.encoding}}</span>
      <select name="encoding" data-part="encoding">${tokenizerIds.map((id) => option(id, id === "own" ? "{{tokenizer.own}}" : id, id === encoding.fallback)).join("")}</select>
    </label>
    <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{tokenizer.status.idle}}</span></p>
    <p class="count"><b data-part="total">–</b> <span data-part="totalUnit">{{tokenizer.units.tokens}}</span></p>
    <div class="progress" role="progressbar" aria-label="{{tokenizer.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
  </section>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{tokenizer.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{tokenizer.error.retry}}</button>
  </section>
  <div class="columns">
    <section aria-labelledby="tokenizer-text-heading">
      <header>
        <h2 id="tokenizer-text-heading"><label for="tokenizer-text">{{tokenizer.text.heading}}</label></h2>
        <p class="samples" data-part="samples" role="group" aria-label="{{tokenizer.text.samples}}">${sampleIds.map((id) => `<button type="button" class="small" data-sample="${id}" aria-pressed="false">{{tokenizer.samples.${id}}}</button>`).join("")}</p>
      </header>
      <textarea id="tokenizer-text" rows="10" spellcheck="false" autocapitalize="off" autocomplete="off" data-part="text" aria-describedby="tokenizer-text-message"></textarea>
      <p class="message" id="tokenizer-text-message" data-part="textMessage"></p>
      <div class="row">
        <label class="file"><span>{{tokenizer.text.file}}</span> <input type="file" data-part="file" accept="text/*,.md,.json,.ts,.js,.py" /></label>
        <button type="button" data-part="clear">{{tokenizer.text.clear}}</button>
      </div>
      <div class="row settings">${segments("policy", "policyLegend", policies, policy.fallback)}
        <label class="check"><input type="checkbox" name="spaces" data-part="spaces" checked /> <span>{{tokenizer.spaces}}</span></label>
      </div>
    </section>
    <section aria-labelledby="tokenizer-tokens-heading">
      <header>
        <h2 id="tokenizer-tokens-heading">{{tokenizer.tokens.heading}}</h2>
        <p>{{tokenizer.tokens.hint}}</p>
      </header>
      <div class="tokens" data-part="tokens" role="listbox" tabindex="0" aria-labelledby="tokenizer-tokens-heading" aria-describedby="tokenizer-detail"></div>
      <p class="pages" data-part="pages" hidden><button type="button" class="small" data-part="earlier">{{tokenizer.tokens.earlier}}</button> <span data-part="range"></span> <button type="button" class="small" data-part="later">{{tokenizer.tokens.later}}</button></p>
      <dl class="detail" id="tokenizer-detail">${["index", "id", "content", "bytes", "place"].map((name) => `<div><dt>{{tokenizer.detail.${name}}}</dt><dd data-part="${name}">–</dd></div>`).join("")}</dl>
    </section>
  </div>
  <section class="panel" aria-labelledby="tokenizer-counts-heading">
    <header>
      <h2 id="tokenizer-counts-heading">{{tokenizer.counts.heading}}</h2>
      <p>{{tokenizer.counts.hint}}</p>
    </header>
    <div class="scroll" role="group" tabindex="0" aria-labelledby="tokenizer-counts-heading">
      <table class="counts">
        <thead><tr>${["encoding", "tokens", "perToken", "time", "speed"].map((name) => `<th scope="col">{{tokenizer.counts.${name}}}</th>`).join("")}</tr></thead>
        <tbody>${encodingIds.map((id) => `<tr data-count="${id}"><th scope="row"><label><input type="checkbox" name="compare" value="${id}" /> <span>${id}</span></label></th><td data-cell="tokens">–</td><td data-cell="perToken">–</td><td data-cell="time">–</td><td data-cell="speed">–</td></tr>`).join("")}<tr data-count="own" hidden><th scope="row">{{tokenizer.own}}</th><td data-cell="tokens">–</td><td data-cell="perToken">–</td><td data-cell="time">–</td><td data-cell="speed">–</td></tr></tbody>
      </table>
    </div>
  </section>
  <section class="panel learn" aria-labelledby="tokenizer-train-heading">
    <header>
      <h2 id="tokenizer-train-heading">{{tokenizer.train.heading}}</h2>
      <p>{{tokenizer.train.hint}}</p>
    </header>
    <div class="columns">
      <div class="side">${segments("source", "train.sourceLegend", trainingSources, source.fallback)}${segments("pace", "train.paceLegend", paces, pace.fallback)}
        <label class="field"><span>{{tokenizer.train.size}}</span>
          <input type="number" name="size" min="${limits.leastSize}" max="${limits.mostSize}" step="1" value="${size.fallback}" data-part="size" aria-describedby="tokenizer-size-hint" />
          <small id="tokenizer-size-hint">{{tokenizer.train.sizeHint}}</small>
        </label>
        <p class="buttons"><button type="button" class="primary" data-part="train" disabled>{{tokenizer.train.start}}</button></p>
        <p class="message" role="status" data-part="trainMessage"></p>
        <p class="buttons">${fileFormats.map((name) => `<button type="button" data-part="save-${name}" disabled>{{tokenizer.train.save.${name}}}</button>`).join("")}</p>
      </div>
      <div class="side">
        <p class="big"><b data-part="probe" data-empty>–</b> <span data-part="probeText">{{tokenizer.train.probe}}</span></p>
        <div class="scroll merges" role="group" tabindex="0" aria-label="{{tokenizer.train.merges}}">
          <table>
            <thead><tr><th scope="col">{{tokenizer.train.step}}</th><th scope="col">{{tokenizer.train.merge}}</th><th scope="col">{{tokenizer.train.count}}</th></tr></thead>
            <tbody data-part="merges"></tbody>
          </table>
        </div>
        <p class="message" data-part="mergesMessage">{{tokenizer.train.none}}</p>
      </div>
    </div>
  </section>
  <div class="columns">
    <section class="panel how" aria-labelledby="tokenizer-how-heading">
      <h2 id="tokenizer-how-heading">{{tokenizer.how.heading}}</h2>
      ${words.map((name) => `<p>{{tokenizer.how.paragraphs.${name}}}</p>`).join("\n      ")}
    </section>
    <section class="panel share" aria-labelledby="tokenizer-share-heading">
      <h2 id="tokenizer-share-heading">{{tokenizer.share.heading}}</h2>
      <p class="buttons"><button type="button" data-part="link" disabled>{{tokenizer.share.link}}</button></p>
      <p class="message" role="status" data-part="shareMessage">{{tokenizer.share.hint}}</p>
    </section>
  </div>
</article>`;
}
