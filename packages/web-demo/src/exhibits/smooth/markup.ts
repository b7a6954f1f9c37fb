/** The exhibit as HTML. The view finds its parts by `data-part`. */
export function smoothMarkup(): string {
  return `
<article id="smooth" class="exhibit smooth">
  <header class="intro">
    <h1>{{smooth.heading}}</h1>
    <p class="lede">{{smooth.lede}}</p>
  </header>
</article>`;
}
