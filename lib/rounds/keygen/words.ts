/**
 * The 256 words of fingerprints, one per byte value, in this order for ever. Short, common, told apart by their first
 * three letters, none a plural, a near-homophone or a rude word in our ears. Our own list.
 */
const list = `
acorn actor adopt agent alarm album amber angle apple arrow atlas attic avoid award axle bacon
badge baker bamboo banner barrel basket beach bedrock begin bench berry bicycle birch blanket blue boat
bottle bowl brick bubble bucket bundle butter cabin cactus camel candle carpet castle cedar cello chalk
cherry chimney circle city clever cliff cloud cobalt coffee comet copper cotton cradle crystal curtain cushion
daisy dancer daring debate deer desert diamond dinner dolphin domino donkey door dragon dream drum duck
dust eagle early echo eclipse editor elbow elder elephant ember empire engine envelope escape evening exit
fabric falcon family feather fence fiddle finger flag flute fog forest fossil fountain fox friend fruit
funnel galaxy garden gate gentle ginger giraffe glacier globe goat golden grape guitar gypsum habit hammer
harbor hazel hedge helmet hero hiking history honey horse hotel humble hunter iceberg igloo image indigo
insect iris island ivory jacket jaguar jelly jewel jigsaw jolly journey judge juice jungle kayak kernel
kettle kingdom kitchen knot koala ladder lagoon lamp lantern lemon leopard library lily linen lion lizard
lobster locket lucky lunar magnet mango maple marble meadow melon mermaid metal middle mirror mixture modest
monkey moss motor mountain muffin museum napkin nature needle nephew nickel noble north number nutmeg oak
oasis ocean octopus olive onion opera orange orchid otter outlaw oxygen oyster paddle palace panda parrot
patrol pebble pelican pencil pepper photo piano picnic pigeon pillow pirate planet plum pocket polar pony
poppy prairie public pumpkin puzzle python quarry quilt rabbit radar raven reef ribbon river rocket ruby
`;

export const words: readonly string[] = list.trim().split(/\s+/);
