// The scripts of the shop.
import 'htmx.org/dist/htmx.esm.min.js';
