/** The exhibit as HTML. The view finds its parts by `data-part`. */
export function perceptronMarkup(): string {
  return `
<article id="perceptron" class="exhibit perceptron">
  <header class="intro">
    <h1>{{perceptron.heading}}</h1>
    <p class="lede">{{perceptron.lede}}</p>
  </header>
</article>`;
}
