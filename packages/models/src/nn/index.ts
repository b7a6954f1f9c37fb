export { collectParameters, type Module } from "./module.js";
