import { escapeHtml } from "../../shell/i18n.js";
import { hiddenSizes, mostTemperature, settingFields, stepCounts } from "./config.js";
import { recordedNotebook, recordedPrompt, recordedText } from "./recorded.js";

/**
 * The exhibit as HTML, written into the page when it is built: all of it can be read before any script runs. The
 * view finds its parts by `data-part`. `{{…}}` are strings of the page's language.
 */
export function charRnnMarkup(): string {
  return `
<article id="charRnn" class="exhibit char-rnn" data-phase="idle">
  <header class="intro">
    <h1>{{charRnn.heading}}</h1>
    <p class="lede">{{charRnn.lede}}</p>
  </header>
  <noscript><p class="notice">{{page.noScript}}</p></noscript>
  <section class="transport" aria-label="{{charRnn.transport.region}}">
    <div class="buttons">
      <button type="button" class="primary" data-part="primary" disabled>{{charRnn.transport.start}}</button>
      <button type="button" data-part="step" disabled>{{charRnn.transport.step}}</button>
      <button type="button" data-part="reset" disabled>{{charRnn.transport.reset}}</button>
    </div>
    <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{charRnn.phase.idle}}</span></p>
    <p class="count"><span data-part="stepLabel">{{charRnn.figures.step}}</span> <b data-part="stepNow">0</b> <span data-part="stepOf"></span></p>
    <div class="progress" role="progressbar" aria-label="{{charRnn.transport.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
  </section>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{charRnn.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{charRnn.transport.retry}}</button>
  </section>
  <div class="desk">
    <section class="listing" aria-labelledby="paper-heading">
      <header>
        <h2 id="paper-heading">{{charRnn.paper.heading}}</h2>
        <p data-part="paperHint">{{charRnn.paper.recordedHint}}</p>
      </header>
      <div class="paper" data-part="paper" role="region" tabindex="0" aria-label="{{charRnn.paper.region}}">
        <div class="lines" data-part="lines"><div class="line" data-step="0"><mark>${recordedPrompt}</mark></div>${recordedText.map(paperLine).join("")}</div>
      </div>
    </section>
    <div class="side">
      <section class="figures" aria-label="{{charRnn.facts.heading}}">
        <p class="bits"><b data-part="bits" data-empty>?.??</b> <span>{{charRnn.figures.bits}}</span></p>
        <p class="verdict" data-part="verdict">{{charRnn.verdict.none}} {{charRnn.figures.bitsHint}}</p>
        <dl>
          <div><dt>{{charRnn.figures.validation}}</dt><dd data-part="heldOut">–</dd></div>
          <div><dt>{{charRnn.figures.speed}}</dt><dd data-part="speed">–</dd></div>
          <div><dt>{{charRnn.figures.left}}</dt><dd data-part="left">–</dd></div>
        </dl>
      </section>
      <form class="settings" data-part="settings" aria-label="{{charRnn.settings.heading}}">
        <fieldset>
          <legend>{{charRnn.settings.voice}}</legend>
          <label class="field">
            <span>{{charRnn.settings.prime}}</span>
            <textarea name="prime" rows="2" maxlength="200" spellcheck="false" aria-describedby="prime-hint">\n${escapeHtml(settingFields.prime.fallback)}</textarea>
            <small id="prime-hint">{{charRnn.settings.primeHint}}</small>
          </label>
          <label class="field">
            <span>{{charRnn.settings.temperature}} <output data-part="temperatureValue">${settingFields.temperature.fallback}</output></span>
            <input type="range" name="temperature" min="0" max="${mostTemperature}" step="0.05" value="${settingFields.temperature.fallback}" aria-describedby="temperature-hint" />
            <small id="temperature-hint">{{charRnn.settings.temperatureHint}}</small>
          </label>
          <button type="button" data-part="write" disabled>{{charRnn.paper.write}}</button>
        </fieldset>
        <fieldset>
          <legend>{{charRnn.settings.network}}</legend>
          <fieldset class="segments">
            <legend>{{charRnn.settings.cell}}</legend>
            ${["lstm", "gru", "rnn"].map((cell) => radio("cell", cell, `{{charRnn.settings.cells.${cell}}}`, cell === settingFields.cell.fallback)).join("")}
          </fieldset>
          <fieldset class="segments">
            <legend>{{charRnn.settings.hidden}}</legend>
            ${hiddenSizes.map((size) => radio("hidden", size, String(size), size === settingFields.hidden.fallback)).join("")}
          </fieldset>
          <div class="pair">
            <label class="field">
              <span>{{charRnn.settings.steps}}</span>
              <select name="steps">${stepCounts.map((count) => `<option${count === settingFields.steps.fallback ? " selected" : ""}>${count}</option>`).join("")}</select>
            </label>
            <label class="field">
              <span>{{charRnn.settings.seed}}</span>
              <span class="with-button">
                <input type="number" name="seed" min="0" max="999999" step="1" value="${settingFields.seed.fallback}" inputmode="numeric" />
                <button type="button" data-part="newSeed" aria-label="{{charRnn.settings.newSeed}}" title="{{charRnn.settings.newSeed}}">⚄</button>
              </span>
            </label>
          </div>
          <p class="pending" data-part="pending" hidden>{{charRnn.settings.pending}}</p>
        </fieldset>
      </form>
    </div>
  </div>
  <section class="panel" aria-labelledby="chart-heading">
    <header>
      <h2 id="chart-heading">{{charRnn.chart.heading}}</h2>
      <p data-part="chartHint">{{charRnn.chart.hint}}</p>
    </header>
    <div class="chart" role="img" data-part="chart" aria-label="{{charRnn.chart.label}}"></div>
  </section>
  <section class="panel" aria-labelledby="heat-heading">
    <header>
      <h2 id="heat-heading">{{charRnn.heat.heading}}</h2>
      <p>{{charRnn.heat.hint}}</p>
    </header>
    <canvas class="heat" role="img" data-part="heat" aria-label="{{charRnn.heat.empty}}"></canvas>
    <div class="read" role="img" data-part="read" data-empty="{{charRnn.heat.empty}}" aria-label="{{charRnn.heat.reading}}"></div>
    <label class="follow">
      <span>{{charRnn.heat.follow}} <output data-part="laneValue"></output></span>
      <input type="range" data-part="lane" min="1" max="128" step="1" value="1" disabled />
    </label>
  </section>
  <section class="panel" aria-labelledby="notebook-heading">
    <header>
      <h2 id="notebook-heading">{{charRnn.notebook.heading}}</h2>
      <p data-part="notebookHint">{{charRnn.notebook.recordedHint}}</p>
    </header>
    <table class="notebook">
      <caption class="visually-hidden">{{charRnn.notebook.caption}}</caption>
      <thead><tr><th scope="col">{{charRnn.notebook.step}}</th><th scope="col">{{charRnn.notebook.bits}}</th><th scope="col">{{charRnn.notebook.line}}</th></tr></thead>
      <tbody data-part="notebook">${recordedNotebook.map(notebookRow).join("")}</tbody>
    </table>
  </section>
  <div class="columns">
    <section class="panel own" aria-labelledby="own-heading">
      <h2 id="own-heading">{{charRnn.own.heading}}</h2>
      <p>{{charRnn.own.hint}}</p>
      <label class="field"><span>{{charRnn.own.paste}}</span><textarea data-part="ownText" rows="5" spellcheck="false"></textarea></label>
      <label class="field"><span>{{charRnn.own.file}}</span><input type="file" data-part="ownFile" accept="text/*,.txt,.md,.csv,.json,.js,.ts,.py" /></label>
      <p class="buttons">
        <button type="button" data-part="ownUse" disabled>{{charRnn.own.use}}</button>
        <button type="button" data-part="ownBack" hidden>{{charRnn.own.back}}</button>
      </p>
      <p class="message" role="status" data-part="ownMessage">{{charRnn.own.usingDefault}}</p>
    </section>
    <section class="panel take" aria-labelledby="take-heading">
      <h2 id="take-heading">{{charRnn.take.heading}}</h2>
      <p>{{charRnn.take.hint}}</p>
      <p class="buttons">
        <button type="button" data-part="download" disabled>{{charRnn.take.download}}</button>
        <button type="button" data-part="copy" disabled>{{charRnn.settings.copy}}</button>
      </p>
      <p class="message" role="status" data-part="takeMessage">{{charRnn.take.none}}</p>
      <h3>{{charRnn.facts.heading}}</h3>
      <dl class="facts" data-part="facts"><div><dt>{{charRnn.facts.empty}}</dt></div></dl>
    </section>
    <section class="panel how" aria-labelledby="how-heading">
      <h2 id="how-heading">{{charRnn.how.heading}}</h2>
      ${["memory", "training", "writing", "speed"].map((name) => `<p>{{charRnn.how.paragraphs.${name}}}</p>`).join("\n      ")}
    </section>
  </div>
</article>`;
}

function paperLine({ step, text }: { step: number; text: string }): string {
  return `<div class="line" data-step="${step}">${escapeHtml(text)}</div>`;
}

function notebookRow({ step, bits, text }: { step: string; bits: string; text: string }): string {
  return `<tr><td>${step}</td><td>${bits}</td><td>${escapeHtml(text)}</td></tr>`;
}

function radio(name: string, value: string | number, label: string, checked: boolean): string {
  return `<label><input type="radio" name="${name}" value="${value}"${checked ? " checked" : ""} /><span>${label}</span></label>`;
}
