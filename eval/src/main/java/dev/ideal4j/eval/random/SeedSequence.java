package dev.ideal4j.eval.random;

/**
 * NumPy's {@code SeedSequence(seed).generate_state}: spreads a seed over many words. O'Neill, "Developing a seed_seq
 * alternative" (2015), with NumPy's pool of four words.
 */
final class SeedSequence {
    private static final int POOL = 4;

    private int hash;

    private SeedSequence(int hash) {
        this.hash = hash;
    }

    static int[] words(long seed, int count) {
        int[] entropy = {(int) seed, (int) (seed >>> 32), 0, 0};
        SeedSequence in = new SeedSequence(0x43b0d7e5);
        int[] pool = new int[POOL];
        for (int i = 0; i < POOL; i++) {
            pool[i] = in.hash(entropy[i], 0x931e8875);
        }
        for (int from = 0; from < POOL; from++) {
            for (int to = 0; to < POOL; to++) {
                if (from != to) {
                    pool[to] = mix(pool[to], in.hash(pool[from], 0x931e8875));
                }
            }
        }
        SeedSequence out = new SeedSequence(0x8b51f9dd);
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = out.hash(pool[i % POOL], 0x58f38ded);
        }
        return words;
    }

    private int hash(int value, int multiplier) {
        int hashed = value ^ hash;
        hash *= multiplier;
        hashed *= hash;
        return hashed ^ hashed >>> 16;
    }

    private static int mix(int x, int y) {
        int mixed = x * 0xca01f9dd - y * 0x4973f715;
        return mixed ^ mixed >>> 16;
    }
}
