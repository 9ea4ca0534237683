// The tools, in the order of their tabs. A new tool is a file beside this one, and a line here;
// explorer/vocabulary.py reads the names in the list.

import {draw} from "./draw.js";
import {look} from "./look.js";
import {sample} from "./sample.js";
import {select} from "./select.js";
import {walk} from "./walk.js";

/** @type {import("./tool.js").Tool[]} */
export const TOOLS = [look, draw, select, walk, sample];
