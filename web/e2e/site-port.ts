// The ports of the sites that the tests start themselves.
export const SITE_PORT = 8123;
/** The Apache in front of a portal below a path. */
export const APACHE_PORT = 8124;
/** The portal that knows two hosts. */
export const FLEET_PORT = 8125;
