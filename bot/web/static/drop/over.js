// The page of a link that is over: what the browser kept of it goes.
import { forgetWords } from "./kept.js";

forgetWords();
