// @ts-check
// The page "setup".

import { start } from "../shell.js";

start({ load: async () => ({}), show: () => {} });
