/**
 * Imports a module as a file in this folder does, so by the package's `import` condition. In JavaScript, because what is
 * compiled to `dist/` has to reach it here.
 *
 * @param {string} name
 * @returns {Promise<unknown>}
 */
export function importHere(name) {
  return import(name);
}
