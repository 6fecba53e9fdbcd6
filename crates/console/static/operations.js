// The page of operations: its figures are asked for every two seconds, while somebody can see them.
"use strict";
setInterval(() => document.hidden || document.body.dispatchEvent(new Event("news")), 2000);
