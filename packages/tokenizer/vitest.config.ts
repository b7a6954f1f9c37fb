import { defineConfig } from "vitest/config";
import { projects } from "../../vitest.shared.js";

export default defineConfig({ test: { projects: projects() } });
