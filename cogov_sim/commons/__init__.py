"""The commons: matters, money and the five stages in which they are worked on."""
