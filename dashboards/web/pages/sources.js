// @ts-check
// The page "sources".

import { start } from "../shell.js";

start({ load: async () => ({}), show: () => {} });
