// Added to shop pages that show something live (the tracking of an order): needs shop.js before it.
import './stream.js';
