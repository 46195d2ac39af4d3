// @ts-check
// The page "quality".

import { start } from "../shell.js";

start({ load: async () => ({}), show: () => {} });
