// The scripts of the back office.
import 'htmx.org/dist/htmx.esm.min.js';
import 'htmx.org/dist/ext/hx-sse.min.js';
