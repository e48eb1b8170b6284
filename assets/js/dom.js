// Two words used everywhere: listen on the document, and find the element of an event.
export const on = (type, handler, options) => document.addEventListener(type, handler, options);
export const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
