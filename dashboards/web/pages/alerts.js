// @ts-check
// The page "alerts".

import { start } from "../shell.js";

start({ load: async () => ({}), show: () => {} });
