// @ts-check
// The page "compare".

import { start } from "../shell.js";

start({ load: async () => ({}), show: () => {} });
