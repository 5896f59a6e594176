public enum DNSMessagePlaceholder {}
