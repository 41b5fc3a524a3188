// An NVRTC that only says which it is.

extern "C" int nvrtcVersion(int* major, int* minor) {
    *major = 13;
    *minor = 0;
    return 0;
}
