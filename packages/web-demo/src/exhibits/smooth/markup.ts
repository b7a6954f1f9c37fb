import { catalogue, families, surrogateIds } from "./catalogue.js";
import {
  inputRange,
  lanes,
  seedsCompared,
  settingFields,
  stepOf,
  temperatureRange,
  trainerLimits,
} from "./config.js";
import { outcomeNames } from "./trainer/plane.js";

const laneNumbers = Array.from({ length: lanes }, (_, i) => i);

/** The exhibit as HTML. What is seen is found by `data-part`. */
export function smoothMarkup(): string {
  return `
<article id="smooth" class="exhibit smooth" data-phase="idle">
  <header class="intro">
    <h1>{{smooth.heading}}</h1>
    <p class="lede">{{smooth.lede}}</p>
  </header>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{smooth.trainer.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{smooth.trainer.retry}}</button>
  </section>
  <section class="curves" aria-labelledby="smooth-curves-heading">${curvesBar()}
    <h2 id="smooth-curves-heading" class="visually-hidden">{{smooth.curves.heading}}</h2>
    <div class="desk">
      <div class="pictures">
        <div class="key" role="group" aria-label="{{smooth.key.legend}}">
          <span class="soft"><i></i> <span data-part="softName">{{smooth.key.soft}}</span></span>
          <span class="hard"><i></i> {{smooth.key.hard}}</span>
          <span class="band"><i></i> {{smooth.key.band}}</span>
          <span class="faint"><i></i> <span data-part="faintName">{{smooth.key.faintTemperatures}}</span></span>
          <label class="gradient"><input type="checkbox" name="gradient" data-part="gradient" /> <i></i> {{smooth.key.gradient}}</label>
        </div>
        <div class="figure" role="img" data-part="curve"></div>${lanesMarkup()}
      </div>
      <div class="facts">
        <p class="sentence" data-part="sentence"></p>
        <dl>
          <div><dt>{{smooth.facts.formula}}</dt><dd data-part="formula"></dd></div>
          <div><dt>{{smooth.facts.hard}}</dt><dd data-part="hardFormula"></dd></div>
          <div><dt>{{smooth.facts.bound}}</dt><dd data-part="boundFormula"></dd></div>
        </dl>
        <dl class="errors">
          <div><dt>{{smooth.facts.measured}}</dt><dd data-part="error">–</dd></div>
          <div><dt>{{smooth.facts.boundThere}}</dt><dd data-part="bound">–</dd></div>
        </dl>
        <h3>{{smooth.decay.heading}}</h3>
        <div class="figure" role="img" data-part="decay"></div>
        <p class="note" data-part="decayNote"></p>
      </div>
    </div>
  </section>${trainerMarkup()}
  <div class="columns">
    <section class="panel how" aria-labelledby="smooth-how-heading">
      <h2 id="smooth-how-heading">{{smooth.how.heading}}</h2>
      ${["bound", "cold", "f1", "start"].map((name) => `<p>{{smooth.how.paragraphs.${name}}}</p>`).join("\n      ")}
    </section>
    <section class="panel share" aria-labelledby="smooth-share-heading">
      <h2 id="smooth-share-heading">{{smooth.share.heading}}</h2>
      <p class="buttons"><button type="button" data-part="link" disabled>{{smooth.share.link}}</button></p>
      <p class="message" role="status" data-part="shareMessage">{{smooth.share.hint}}</p>
    </section>
  </div>
</article>`;
}

function curvesBar(): string {
  const { surrogate, temperature, k, alpha, slope } = settingFields;
  const { least, most } = temperatureRange;
  const groups = families.map((family) => {
    const options = surrogateIds
      .filter((id) => catalogue[id].family === family)
      .map(
        (id) =>
          `<option value="${id}"${id === surrogate.fallback ? " selected" : ""}>{{smooth.surrogates.${id}.name}}</option>`,
      );
    return `<optgroup label="{{smooth.families.${family}}}">${options.join("")}</optgroup>`;
  });
  const extra = (name: string, from: number, to: number, step: number, value: number): string => `
      <label class="extra" data-part="${name}Field" hidden><span>{{smooth.curves.${name}}} <b data-part="${name}Value">${value}</b></span>
        <input type="range" name="${name}" min="${from}" max="${to}" step="${step}" value="${value}" data-part="${name}" />
      </label>`;
  return `
    <div class="transport" role="group" aria-label="{{smooth.curves.bar}}">
      <label class="which"><span class="visually-hidden">{{smooth.curves.surrogate}}</span>
        <select name="surrogate" data-part="surrogate">${groups.join("")}</select>
      </label>
      <label class="temperature"><span>τ <b data-part="temperatureValue">${temperature.fallback}</b></span>
        <input type="range" name="temperature" min="${stepOf(least)}" max="${stepOf(most)}" step="1" value="${stepOf(temperature.fallback)}" data-part="temperature" aria-label="{{smooth.curves.temperature}}" />
      </label>${extra("k", 1, lanes - 1, 1, k.fallback)}${extra("alpha", 1.1, 2, 0.1, alpha.fallback)}${extra("slope", 0, 0.9, 0.05, slope.fallback)}
      <button type="button" data-part="fall" disabled>{{smooth.curves.fall}}</button>
    </div>`;
}

function lanesMarkup(): string {
  const { least, most, step } = inputRange;
  const row = (lane: number): string => `
            <div class="lane" data-lane="${lane}">
              <label for="smooth-x${lane}"><i>x</i><sub>${lane + 1}</sub></label>
              <span class="track"><u></u><s></s><b></b><input type="range" id="smooth-x${lane}" min="${least}" max="${most}" step="${step}" value="${settingFields.inputs.fallback[lane]}" /></span>
              <span class="in"></span>
              <span class="bar"><b></b><i></i><u></u></span>
              <span class="out"></span>
            </div>`;
  return `
        <section class="inputs" aria-labelledby="smooth-inputs-heading">
          <header>
            <h3 id="smooth-inputs-heading">{{smooth.lanes.heading}}</h3>
            <p class="buttons" data-part="rowButtons"><button type="button" class="small" data-part="shuffle">{{smooth.lanes.shuffle}}</button><button type="button" class="small" data-part="tie">{{smooth.lanes.tie}}</button></p>
          </header>
          <p class="hint" data-part="hint">{{smooth.lanes.hint}}</p>
          <div class="lanes" data-part="lanes">
            <p class="lane head"><span class="of-inputs">{{smooth.lanes.head.inputs}}</span><span class="of-outputs" data-part="outputsHead"></span></p>${laneNumbers.map(row).join("")}
          </div>
          <p class="sums"><span data-part="sumsOf"></span> <span class="soft"><i></i><span data-part="sumSoft"></span></span> <span class="hard"><i></i><span data-part="sumHard"></span></span> <span class="limit"><i></i><span data-part="sumLimit"></span></span></p>
          <p class="note" data-part="tieNote" hidden>{{smooth.lanes.tied}}</p>
        </section>`;
}

const figureRows = ["testF1", "hardF1", "softF1", "gap", "precision", "recall", "threshold"] as const;
const figureColumns = ["before", "tuned", "now"] as const;

function trainerMarkup(): string {
  const { seed, positives, softness, warmUp, epochs, pace } = settingFields;
  const whole = (name: string, least: number, most: number, value: number): string => `
          <label class="field"><span>{{smooth.settings.${name}}}</span>
            <input type="number" name="${name}" min="${least}" max="${most}" step="1" value="${value}" data-part="${name}" />
          </label>`;
  const slider = (name: string, least: number, most: number, step: number, value: number): string => `
          <label class="field"><span>{{smooth.settings.${name}}} <b data-part="${name}Value">${value}</b></span>
            <input type="range" name="${name}" min="${least}" max="${most}" step="${step}" value="${value}" data-part="${name}" />
          </label>`;
  return `
  <section class="trainer" aria-labelledby="smooth-trainer-heading">
    <header>
      <h2 id="smooth-trainer-heading">{{smooth.trainer.heading}}</h2>
      <p>{{smooth.trainer.hint}}</p>
    </header>
    <div class="transport" role="group" aria-label="{{smooth.trainer.region}}">
      <div class="buttons">
        <button type="button" class="primary" data-part="primary" disabled>{{smooth.trainer.start}}</button>
        <button type="button" data-part="reset" disabled>{{smooth.trainer.reset}}</button>
      </div>
      <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{smooth.trainer.status.idle}}</span></p>
      <p class="count" data-part="count"></p>
      <div class="progress" role="progressbar" aria-label="{{smooth.trainer.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
    </div>
    <div class="columns">
      <section aria-labelledby="smooth-plane-heading">
        <header>
          <h3 id="smooth-plane-heading">{{smooth.plane.heading}}</h3>
          <p>{{smooth.plane.hint}}</p>
        </header>
        <div class="plane" role="img" data-part="plane" aria-label="{{smooth.plane.waiting}}"></div>
        <ul class="outcomes">${outcomeNames.map((name) => `<li class="${name}"><i></i> <b data-part="${name}">–</b> {{smooth.plane.outcomes.${name}}}</li>`).join("")}</ul>
      </section>
      <section aria-labelledby="smooth-chart-heading">
        <header>
          <h3 id="smooth-chart-heading">{{smooth.chart.heading}}</h3>
          <p>{{smooth.chart.hint}}</p>
        </header>
        <div class="scores" role="img" data-part="scores" aria-label="{{smooth.chart.label}}"></div>
        <table class="standing">
          <caption class="visually-hidden">{{smooth.figures.caption}}</caption>
          <thead><tr><td></td>${figureColumns.map((name) => `<th scope="col">{{smooth.figures.${name}}}</th>`).join("")}</tr></thead>
          <tbody>${figureRows.map((row) => `<tr data-row="${row}"><th scope="row">{{smooth.figures.${row}}}</th>${figureColumns.map((column) => `<td data-part="${column}-${row}">–</td>`).join("")}</tr>`).join("")}</tbody>
        </table>
      </section>
    </div>
    <fieldset class="settings" data-part="settings">
      <legend>{{smooth.settings.heading}}</legend>${whole("seed", 0, trainerLimits.seed, seed.fallback)}${slider("positives", trainerLimits.leastPositives, trainerLimits.mostPositives, 1, positives.fallback)}${slider("softness", trainerLimits.leastSoftness, trainerLimits.mostSoftness, 0.05, softness.fallback)}${whole("warmUp", trainerLimits.leastEpochs, trainerLimits.mostEpochs, warmUp.fallback)}${whole("epochs", trainerLimits.leastEpochs, trainerLimits.mostEpochs, epochs.fallback)}
          <fieldset class="segments" data-part="pace"><legend>{{smooth.settings.paceLegend}}</legend>${(["watch", "full"] as const).map((value) => `<label><input type="radio" name="pace" value="${value}"${value === pace.fallback ? " checked" : ""} /><span>{{smooth.settings.pace.${value}}}</span></label>`).join("")}</fieldset>
    </fieldset>
    <section class="panel seeds" aria-labelledby="smooth-seeds-heading">
      <header>
        <h3 id="smooth-seeds-heading">{{smooth.seeds.heading}}</h3>
        <p>{{smooth.seeds.hint}}</p>
      </header>
      <p class="buttons"><button type="button" data-part="compare" disabled>{{smooth.seeds.start}}</button></p>
      <p class="message" role="status" data-part="seedsMessage">{{smooth.seeds.none}}</p>
      <p class="seed-key" data-part="seedsKey" hidden>${["crossEntropy", "tuned", "softF1"].map((name) => `<span class="${name}"><i></i> {{smooth.seeds.key.${name}}}</span>`).join("")}</p>
      <table class="dumbbells" data-part="seedsTable" data-seeds="${seedsCompared}" hidden>
        <thead><tr><th scope="col">{{smooth.seeds.seed}}</th><th scope="col" class="scale"><span data-part="seedsFrom"></span><span class="visually-hidden">{{smooth.seeds.f1}}</span><span>1</span></th><th scope="col">{{smooth.seeds.figures}}</th></tr></thead>
        <tbody data-part="seeds"></tbody>
      </table>
    </section>
  </section>`;
}
