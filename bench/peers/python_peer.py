#!/usr/bin/env python3
"""The usual Python script: rawpy + OpenCV (or libvips) in a multiprocessing pool that passes paths.

python_peer.py OUT LOGO.png --workers 2 --demosaic ahd|linear --backend opencv|vips FILE...
Work: 3840/1920/320 px, unsharp sigma 2 amount 1, logo of width/5 at half opacity, JPEG q85 4:2:0.
Prints one JSON line: photos, seconds, photos/s.
"""
import argparse, json, multiprocessing, os, sys, time

SIZES = (3840, 1920, 320)


def decode(path, demosaic):
    import rawpy

    methods = {"ahd": rawpy.DemosaicAlgorithm.AHD, "linear": rawpy.DemosaicAlgorithm.LINEAR}
    with rawpy.imread(path) as raw:
        return raw.postprocess(use_camera_wb=True, no_auto_bright=True, demosaic_algorithm=methods[demosaic])


def with_opencv(path, out, logo_path, demosaic):
    import cv2, numpy as np

    cv2.setNumThreads(1)
    picture = cv2.cvtColor(decode(path, demosaic), cv2.COLOR_RGB2BGR)
    logo = cv2.imread(logo_path, cv2.IMREAD_UNCHANGED)
    for width in SIZES:  # cascaded: each size from the one before
        picture = cv2.resize(picture, (width, round(picture.shape[0] * width / picture.shape[1])), interpolation=cv2.INTER_AREA)
        sharp = cv2.addWeighted(picture, 2.0, cv2.GaussianBlur(picture, (0, 0), 2.0), -1.0, 0)
        lw = width // 5
        mark = cv2.resize(logo, (lw, max(1, round(logo.shape[0] * lw / logo.shape[1]))), interpolation=cv2.INTER_AREA)
        h, w = mark.shape[:2]
        y, x = sharp.shape[0] - h - 8, sharp.shape[1] - w - 8
        alpha = mark[:, :, 3:].astype(np.float32) / 255 * 0.5
        region = sharp[y:y + h, x:x + w]
        region[:] = (region * (1 - alpha) + mark[:, :, :3] * alpha + 0.5).astype(np.uint8)
        name = f"{os.path.splitext(os.path.basename(path))[0]}_{width}.jpg"
        cv2.imwrite(os.path.join(out, name), sharp, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return path


def with_vips(path, out, logo_path, demosaic):
    import pyvips

    pixels = decode(path, demosaic)
    picture = pyvips.Image.new_from_memory(pixels.tobytes(), pixels.shape[1], pixels.shape[0], 3, "uchar").copy(interpretation="srgb")
    logo = pyvips.Image.new_from_file(logo_path)
    for width in SIZES:
        small = picture.thumbnail_image(width, linear=False)
        blurred = small.gaussblur(2.0)
        sharp = (small * 2 - blurred).cast("uchar")
        mark = logo.thumbnail_image(width // 5)
        mark = mark.extract_band(0, n=3).bandjoin((mark.extract_band(3) * 0.5).cast("uchar")).copy(interpretation="srgb")
        final = sharp.copy(interpretation="srgb").composite2(mark, "over", x=sharp.width - mark.width - 8, y=sharp.height - mark.height - 8)
        name = f"{os.path.splitext(os.path.basename(path))[0]}_{width}.jpg"
        final.flatten().jpegsave(os.path.join(out, name), Q=85)
    return path


def work(job):
    path, args = job
    return (with_vips if args.backend == "vips" else with_opencv)(path, args.out, args.logo, args.demosaic)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out")
    ap.add_argument("logo")
    ap.add_argument("files", nargs="+")
    ap.add_argument("--workers", type=int, default=2)
    ap.add_argument("--demosaic", default="ahd", choices=["ahd", "linear"])
    ap.add_argument("--backend", default="opencv", choices=["opencv", "vips"])
    args = ap.parse_args()
    os.environ["VIPS_CONCURRENCY"] = "1"
    os.makedirs(args.out, exist_ok=True)
    start = time.perf_counter()
    with multiprocessing.Pool(args.workers) as pool:
        done = sum(1 for _ in pool.imap_unordered(work, [(f, args) for f in args.files]))
    seconds = time.perf_counter() - start
    print(json.dumps({"photos": done, "seconds": round(seconds, 3), "photos_per_s": round(done / seconds, 4)}))


if __name__ == "__main__":
    sys.exit(main())
