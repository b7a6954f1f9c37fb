import {
  analogyMethods,
  architectures,
  corpusIds,
  limits,
  objectives,
  paces,
  precisions,
  projections,
  relationChoices,
  type Settings,
  settingFields,
  vectorSources,
  wordChoices,
} from "./config.js";
import { fileFormats } from "./engine.js";

const paragraphs = ["company", "optimum", "honest", "bias", "picture", "engine"] as const;
const facts = ["words", "sentences", "vocabulary", "parameters", "loss", "rate", "memory"] as const;
const columns = ["word", "count", "x", "y"] as const;

/** Radio buttons side by side; `{{word2vec.<words>.<value>}}` are their names. */
function segments(
  name: keyof Settings,
  legend: string,
  values: readonly string[],
  words: string = name,
): string {
  const buttons = values.map((value) => {
    const checked = value === settingFields[name].fallback ? " checked" : "";
    return `<label><input type="radio" name="${name}" value="${value}"${checked} /><span>{{word2vec.${words}.${value}}}</span></label>`;
  });
  return `<fieldset class="segments small"><legend>{{word2vec.${legend}}}</legend>${buttons.join("")}</fieldset>`;
}

function textField(name: keyof Settings, label: string, type = "text"): string {
  return `<label class="field"><span>{{word2vec.${label}}}</span><input type="${type}" name="${name}" value="${String(settingFields[name].fallback)}" autocomplete="off" autocapitalize="off" spellcheck="false" /></label>`;
}

function numberField(name: keyof Settings, label: string, least: number, most: number, step = "1"): string {
  return `<label class="field"><span>{{word2vec.${label}}}</span><input type="number" name="${name}" min="${least}" max="${most}" step="${step}" value="${String(settingFields[name].fallback)}" /></label>`;
}

function area(name: keyof Settings, label: string): string {
  return `<label class="field"><span>{{word2vec.${label}}}</span><textarea name="${name}" rows="2" maxlength="${limits.list}" autocapitalize="off" spellcheck="false">${String(settingFields[name].fallback)}</textarea></label>`;
}

function scores(part: string, label: string): string {
  return `<ol class="scores" data-part="${part}" aria-label="{{word2vec.${label}}}"></ol>`;
}

/** The exhibit as HTML. The view finds its parts by `data-part`. */
export function word2vecMarkup(): string {
  return `
<article id="word2vec" class="exhibit word2vec" data-phase="idle">
  <header class="intro">
    <h1>{{word2vec.heading}}</h1>
    <p class="lede">{{word2vec.lede}}</p>
  </header>
  <section class="transport" aria-label="{{word2vec.transport.region}}">
    <div class="buttons">
      <button type="button" class="primary" data-part="primary" disabled>{{word2vec.transport.start}}</button>
      <button type="button" data-part="stop" disabled>{{word2vec.transport.stop}}</button>
    </div>
    <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{word2vec.phase.idle}}</span></p>
    <p class="count"><span data-part="speed"></span> {{word2vec.transport.epoch}} <b data-part="epochNow">0</b> <span data-part="epochs"></span></p>
    <div class="progress" role="progressbar" aria-label="{{word2vec.transport.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
  </section>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{word2vec.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{word2vec.transport.retry}}</button>
  </section>
  <datalist id="word2vec-completions" data-part="completions"></datalist>
  <div class="desk">
    <section class="chartroom" aria-labelledby="word2vec-map-heading">
      <header class="row">
        <h2 id="word2vec-map-heading">{{word2vec.map.heading}}</h2>
        ${segments("vectors", "map.vectorsLegend", vectorSources)}
        ${segments("projection", "map.projectionLegend", projections)}
      </header>
      <div class="plot">
        <canvas role="img" data-part="map" aria-label="{{word2vec.map.empty}}"></canvas>
        <p class="overlay" data-part="overlay" hidden></p>
      </div>
      <p class="message" data-part="mapMessage"></p>
      <div class="row choices">
        ${segments("show", "map.showLegend", wordChoices)}
        <div class="choice" data-choice="frequent">
          ${numberField("shown", "map.shown", limits.leastShown, limits.mostShown)}
          ${numberField("skip", "map.skip", 0, limits.mostSkip)}
        </div>
        <div class="choice" data-choice="pairs">
          <label class="field"><span>{{word2vec.map.relation}}</span><select name="relation">${relationChoices.map((name) => `<option value="${name}">{{word2vec.relation.${name}}}</option>`).join("")}</select></label>
        </div>
        <div class="choice" data-choice="list">${textField("list", "map.list")}</div>
        <div class="find">${textField("find", "map.find", "search")}</div>
      </div>
    </section>
    <div class="side">
      <section aria-labelledby="word2vec-near-heading">
        <header>
          <h2 id="word2vec-near-heading">{{word2vec.near.heading}}</h2>
        </header>
        <label class="field big"><span class="visually-hidden">{{word2vec.near.word}}</span><input type="text" name="word" value="${settingFields.word.fallback}" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="word2vec-near-message" /></label>
        <p class="message" id="word2vec-near-message" data-part="nearMessage"></p>
        ${scores("neighbours", "near.list")}
        <p class="hint">{{word2vec.near.hint}}</p>
        ${segments("precision", "near.precisionLegend", precisions)}
        <p class="message cost" data-part="cost"></p>
      </section>
      <section class="listed" aria-labelledby="word2vec-words-heading">
        <header>
          <h2 id="word2vec-words-heading">{{word2vec.words.heading}}</h2>
        </header>
        <p class="columns-head" aria-hidden="true">${columns.map((name) => `<span>{{word2vec.words.columns.${name}}}</span>`).join("")}</p>
        <div class="words" role="listbox" tabindex="0" data-part="words" aria-labelledby="word2vec-words-heading"></div>
      </section>
    </div>
  </div>
  <div class="columns">
    <section class="panel ask" aria-labelledby="word2vec-analogy-heading">
      <header>
        <h2 id="word2vec-analogy-heading">{{word2vec.analogy.heading}}</h2>
        <p>{{word2vec.analogy.hint}}</p>
      </header>
      <div class="three">${(["a", "b", "c"] as const).map((name) => textField(name, `analogy.${name}`)).join("")}</div>
      ${segments("method", "analogy.methodLegend", analogyMethods)}
      <p class="message" data-part="analogyMessage"></p>
      ${scores("answers", "analogy.list")}
    </section>
    <section class="panel ask" aria-labelledby="word2vec-odd-heading">
      <header>
        <h2 id="word2vec-odd-heading">{{word2vec.odd.heading}}</h2>
        <p>{{word2vec.odd.hint}}</p>
      </header>
      ${area("among", "odd.words")}
      <p class="message" data-part="oddMessage"></p>
      ${scores("odd", "odd.list")}
    </section>
  </div>
  <section class="panel" aria-labelledby="word2vec-settings-heading">
    <header>
      <h2 id="word2vec-settings-heading">{{word2vec.settings.heading}}</h2>
      <p>{{word2vec.settings.hint}}</p>
    </header>
    <div class="columns">
      <div class="settings">
        ${segments("corpus", "settings.corpusLegend", ["planted", ...corpusIds.filter((id) => id !== "planted")])}
        ${corpusIds.map((id) => `<p class="hint" data-corpus="${id}">{{word2vec.corpusHint.${id}}}</p>`).join("\n        ")}
        <div class="own" data-part="own" data-corpus="own">
          <label class="field"><span>{{word2vec.own.paste}}</span><textarea data-part="ownText" rows="4" spellcheck="false"></textarea></label>
          <label class="field"><span>{{word2vec.own.file}}</span><input type="file" data-part="ownFile" accept="text/*,.txt,.md,.csv" /></label>
          <p class="message" role="status" data-part="ownMessage"></p>
        </div>
        ${segments("architecture", "settings.architectureLegend", architectures)}
        ${segments("objective", "settings.objectiveLegend", objectives)}
        ${segments("pace", "settings.paceLegend", paces)}
        <p class="hint">{{word2vec.settings.paceHint}}</p>
        <div class="numbers">
          ${numberField("dim", "settings.dim", limits.leastDim, limits.mostDim)}
          ${numberField("window", "settings.window", 1, limits.mostWindow)}
          ${numberField("negatives", "settings.negatives", 1, limits.mostNegatives)}
          ${numberField("epochs", "settings.epochs", 1, limits.mostEpochs)}
          ${numberField("minimumCount", "settings.minimumCount", 1, limits.mostCount)}
          ${numberField("subsample", "settings.subsample", 0, 1, "any")}
          ${numberField("learningRate", "settings.learningRate", 0, 1, "any")}
          <div class="field seed"><label for="word2vec-seed">{{word2vec.settings.seed}}</label><span class="with-button"><input type="number" id="word2vec-seed" name="seed" min="0" max="999999" step="1" value="${settingFields.seed.fallback}" /><button type="button" data-part="newSeed" aria-label="{{word2vec.settings.newSeed}}" title="{{word2vec.settings.newSeed}}">↻</button></span></div>
        </div>
        <p class="hint">{{word2vec.settings.learningRateHint}}</p>
        <p class="pending" role="status" data-part="pending"></p>
      </div>
      <div>
        <h3 id="word2vec-chart-heading">{{word2vec.chart.heading}}</h3>
        <p class="hint">{{word2vec.chart.hint}}</p>
        <div class="chart" role="img" data-part="chart" aria-label="{{word2vec.chart.label}}"></div>
        <dl class="facts">${facts.map((name) => `<div><dt>{{word2vec.facts.${name}}}</dt><dd data-fact="${name}">–</dd></div>`).join("")}</dl>
      </div>
    </div>
  </section>
  <section class="panel take" aria-labelledby="word2vec-take-heading">
      <header>
        <h2 id="word2vec-take-heading">{{word2vec.take.heading}}</h2>
        <p>{{word2vec.take.hint}}</p>
      </header>
      <p class="buttons">
        ${fileFormats.map((name) => `<button type="button" data-part="save-${name}" disabled>{{word2vec.take.${name}}}</button>`).join("\n        ")}
        <button type="button" data-part="link" disabled>{{word2vec.take.copy}}</button>
      </p>
      <p class="message" role="status" data-part="takeMessage">{{word2vec.take.none}}</p>
  </section>
  <section class="panel how" aria-labelledby="word2vec-how-heading">
    <h2 id="word2vec-how-heading">{{word2vec.how.heading}}</h2>
    ${paragraphs.map((name) => `<p>{{word2vec.how.paragraphs.${name}}}</p>`).join("\n    ")}
  </section>
</article>`;
}
